package io.weirflow.language;

import io.weirflow.api.definition.PipelineDefinition;
import io.weirflow.api.definition.Place;
import io.weirflow.api.pipeline.Pipeline;
import io.weirflow.language.check.CheckedPipeline;
import io.weirflow.language.check.PipelineChecker;
import io.weirflow.language.plan.Planner;
import io.weirflow.language.port.ConnectorCatalog;
import io.weirflow.language.port.Environment;
import io.weirflow.language.port.SourcePartitions;
import io.weirflow.language.problem.ProblemCode;
import io.weirflow.language.problem.Problems;
import io.weirflow.language.yaml.DefinitionReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Compiles pipelines: reads, checks and plans them. Mistakes in them are values, all of them at once; no text whatever makes it throw.
 * Without state; safe for use by several threads.
 */
public final class PipelineCompiler {

    /** Bytes; what is longer is not read to its end. */
    private static final int MAX_FILE_BYTES = 4 << 20;

    /** Compiles a YAML file. A file that cannot be read is a problem, too. */
    public Compilation compile(Path file, Environment environment, ConnectorCatalog catalog) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        Path baseDir = parent == null ? file.toAbsolutePath() : parent;
        Problems problems = new Problems();
        Optional<String> text = read(file, problems);
        if (text.isEmpty()) {
            return new Compilation(problems.sorted(), null, null, baseDir);
        }
        return compile(text.get(), file.toString(), baseDir, environment, catalog);
    }

    /**
     * Compiles a YAML text.
     *
     * @param fileName what problems call it
     * @param baseDir the directory that relative paths start from
     */
    public Compilation compile(
            String text, String fileName, Path baseDir, Environment environment, ConnectorCatalog catalog) {
        Problems problems = new Problems();
        return DefinitionReader.read(text, fileName, problems)
                .map(definition -> compile(definition, baseDir, environment, catalog, problems))
                .orElseGet(() -> new Compilation(problems.sorted(), null, null, baseDir));
    }

    /**
     * Compiles a pipeline that was defined in Java.
     *
     * @param baseDir the directory that relative paths start from
     */
    public Compilation compile(
            PipelineDefinition definition, Path baseDir, Environment environment, ConnectorCatalog catalog) {
        return compile(definition, baseDir, environment, catalog, new Problems());
    }

    private static Compilation compile(
            PipelineDefinition definition,
            Path baseDir,
            Environment environment,
            ConnectorCatalog catalog,
            Problems problems) {
        Optional<CheckedPipeline> checked = PipelineChecker.check(definition, environment, catalog, problems);
        if (checked.isEmpty()) {
            return new Compilation(problems.sorted(), null, null, baseDir);
        }
        Pipeline pipeline = Planner.plan(checked.get(), SourcePartitions.UNKNOWN, problems);
        return new Compilation(problems.sorted(), checked.get(), pipeline, baseDir);
    }

    private static Optional<String> read(Path file, Problems problems) {
        Place place = Place.ofFile(file.toString());
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES);
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            problems.add(ProblemCode.FILE_UNREADABLE, place, "the file is not UTF-8 text");
        } catch (NoSuchFileException e) {
            problems.add(ProblemCode.FILE_UNREADABLE, place, "there is no such file");
        } catch (IOException e) {
            String message =
                    Files.isDirectory(file) ? "this is a directory" : "the file cannot be read: " + e.getMessage();
            problems.add(ProblemCode.FILE_UNREADABLE, place, message);
        }
        return Optional.empty();
    }
}
