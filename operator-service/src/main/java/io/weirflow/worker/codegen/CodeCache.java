package io.weirflow.worker.codegen;

import io.weirflow.api.expr.Expr;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What was compiled, by what it was compiled from, for as long as the cache lives. Compiled code has no state, so all slots of a stage share it: the
 * second one opens in a fraction of the time, and the JIT compiler has one class to look at in place of one for each slot. Safe for use by
 * several threads.
 */
final class CodeCache {

    /** To compare larger trees takes long, and they may be deeper than a thread's stack. */
    private static final int MAX_NODES = 500;

    private final Map<Source, Object> compiled = new ConcurrentHashMap<>();

    private record Source(Class<?> kind, Object code) {}

    /** As the other, for code that evaluates trees; very large ones are compiled each time. */
    <T> T get(Class<T> kind, Object source, List<Expr> trees, Supplier<T> compiler) {
        return Trees.haveAtMost(MAX_NODES, trees) ? get(kind, source, compiler) : compiler.get();
    }

    /**
     * Returns what was compiled before, or compiles it.
     *
     * @param kind of what is compiled
     * @param source a value: equal ones give the same code
     */
    <T> T get(Class<T> kind, Object source, Supplier<T> compiler) {
        return kind.cast(compiled.computeIfAbsent(new Source(kind, source), absent -> compiler.get()));
    }
}
