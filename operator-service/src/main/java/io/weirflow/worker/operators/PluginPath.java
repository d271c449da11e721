package io.weirflow.worker.operators;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The class path of plug-ins: jars, folders with jars, folders with classes. A class is looked for in all of them, or in one jar alone, so that two
 * versions of an operator can be in use at once while their stage is upgraded. A jar that is named is looked for when it is needed first, so
 * it may be put there while the process runs. Safe for use by several threads.
 */
public final class PluginPath extends URLClassLoader {

    private final List<Path> paths;
    private final Map<String, ClassLoader> single = new ConcurrentHashMap<>();

    /** @throws UncheckedIOException when a folder cannot be read */
    public PluginPath(List<Path> paths, ClassLoader parent) {
        super("plugins", urls(paths), parent);
        this.paths = List.copyOf(paths);
    }

    private static URL[] urls(List<Path> paths) {
        return paths.stream()
                .flatMap(path -> {
                    List<Path> jars = jarsIn(path);
                    return jars.isEmpty() ? Stream.of(path) : jars.stream();
                })
                .map(PluginPath::url)
                .toArray(URL[]::new);
    }

    /**
     * Returns a loader of the classes of one jar, which do not see those of other plug-ins.
     *
     * @param jar name of its file
     * @throws IllegalArgumentException when there is none
     */
    ClassLoader only(String jar) {
        return single.computeIfAbsent(
                jar,
                name -> find(name)
                        .<ClassLoader>map(found -> new URLClassLoader(name, new URL[] {url(found)}, getParent()))
                        .orElseThrow(() ->
                                new IllegalArgumentException("there is no jar '" + name + "' on the plug-in path")));
    }

    private Optional<Path> find(String jar) {
        return paths.stream()
                .flatMap(path -> Files.isDirectory(path) ? jarsIn(path).stream() : Stream.of(path))
                .filter(path -> String.valueOf(path.getFileName()).equals(jar))
                .findFirst();
    }

    private static List<Path> jarsIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
