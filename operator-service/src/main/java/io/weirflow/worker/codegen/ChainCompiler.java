package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import io.weirflow.api.pipeline.StepSpec;
import io.weirflow.api.row.MutableRow;
import io.weirflow.api.row.Row;
import io.weirflow.worker.codegen.ChainTrees.Part;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Compiles runs of filters and projections into one method each: what a projection makes for the next step stays in variables, and a
 * filter is a jump. Only the last projection's columns are written to a row. Safe for use by several threads.
 *
 * <p>A method must be small enough for HotSpot to compile it, with what it calls. A run that is larger is not compiled: divide it, and try
 * the parts.
 */
public final class ChainCompiler {

    /** Beyond it a try is not worth while. */
    private static final int MAX_WEIGHT = 600;

    /** HotSpot compiles nothing over 8,000 bytes, and inlines calls only up to that sum. */
    private static final int MAX_CODE_BYTES = 6_000;

    private static final String DESCRIPTOR =
            Type.getMethodDescriptor(Type.INT_TYPE, Type.getType(Row.class), Type.getType(MutableRow.class));
    private static final int IN = 1;
    private static final int OUT = 2;
    private static final int FIRST_FREE = 3;

    private final CodeCache cache = new CodeCache();

    /** What a run is made of. */
    private record Source(int inputColumns, List<StepSpec> steps) {
        List<Expr> trees() {
            return steps.stream().flatMap(ChainTrees::treesOf).toList();
        }
    }

    /** A run's code, null when it is too large. */
    private record Compiled(@Nullable FusedSteps code) {}

    public ChainCompiler() {}

    /**
     * Compiles a run of steps.
     *
     * @param inputColumns how many columns the first step's rows have
     * @param steps filters and projections, at least one
     * @return empty when they are too large for one method
     * @throws IllegalArgumentException when a tree is not well typed
     */
    public Optional<FusedSteps> fuse(int inputColumns, List<StepSpec> steps) {
        Source source = new Source(inputColumns, List.copyOf(steps));
        return Optional.ofNullable(cache.get(Compiled.class, source, source.trees(), () -> compile(source))
                .code());
    }

    private static Compiled compile(Source source) {
        ChainTrees trees = new ChainTrees(source.inputColumns());
        source.steps().forEach(trees::add);
        if (trees.traits().anyOutlined() || trees.weight() > MAX_WEIGHT) {
            return new Compiled(null);
        }
        ClassEmitter owner = new ClassEmitter(trees.traits(), FusedSteps.class);
        Label end = new Label();
        owner.method(Opcodes.ACC_PUBLIC, "run", DESCRIPTOR, method -> run(owner, method, trees, end));
        return new Compiled(end.getOffset() > MAX_CODE_BYTES ? null : owner.instance(FusedSteps.class));
    }

    private static void run(ClassEmitter owner, MethodVisitor method, ChainTrees trees, Label end) {
        MethodEmitter emitter = new MethodEmitter(owner, method, IN, FIRST_FREE);
        List<Expr> all = trees.all();
        List<Part> parts = trees.parts();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            emitter.columns().cache(all, part.trees());
            if (part.filter()) {
                filter(emitter, method, part.trees().get(0), i);
            } else {
                define(emitter, part);
            }
        }
        List<Expr.ColumnRef> result = trees.result();
        for (int column = 0; column < result.size(); column++) {
            ExpressionCompiler.assign(emitter, owner.traits(), method, result.get(column), OUT, column);
        }
        method.visitLabel(end);
        method.visitLdcInsn(parts.size());
        method.visitInsn(Opcodes.IRETURN);
    }

    private static void filter(MethodEmitter emitter, MethodVisitor method, Expr condition, int index) {
        Label passed = new Label();
        Label dropped = new Label();
        emitter.conditions().branch(condition, passed, dropped, dropped, dropped);
        method.visitLabel(dropped);
        method.visitLdcInsn(index);
        method.visitInsn(Opcodes.IRETURN);
        method.visitLabel(passed);
    }

    private static void define(MethodEmitter emitter, Part part) {
        int column = part.firstColumn();
        for (Expr tree : part.trees()) {
            emitter.columns().define(column++, tree);
        }
    }
}
