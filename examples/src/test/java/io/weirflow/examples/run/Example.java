package io.weirflow.examples.run;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;

/** An example, with the rows that a run over a generator has, so that its golden files stay small. */
enum Example {
    WEB_ALERTS("web-alerts", Map.of()),
    STOCK_RISK("stock-risk", Map.of()),
    NEXMARK("nexmark", Map.of("ROWS", "12000")),
    BANK("bank", Map.of("ROWS", "1500"));

    private final String folder;
    private final Map<String, String> set;

    Example(String folder, Map<String, String> set) {
        this.folder = folder;
        this.set = set;
    }

    /** Returns a copy of it, because results are written beside the pipeline. */
    Path copyTo(Path target) throws IOException {
        Files.createDirectories(target);
        Files.copy(Path.of(folder, "pipeline.yaml"), target.resolve("pipeline.yaml"));
        if (Files.isDirectory(Path.of(folder, "data"))) {
            copy(Path.of(folder, "data"), target.resolve("data"));
        }
        return target;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(to.resolve(from.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, to.resolve(from.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    Path golden() {
        return Path.of(folder, "golden");
    }

    /** Starts it as its user does, in a copy of it. */
    WeirflowProcess start(Path run, String name) throws IOException {
        return WeirflowProcess.start(
                run.resolve("pipeline.yaml"), run.resolve("state"), set, run.resolve("logs"), name);
    }
}
