package io.weirflow.api.definition;

/**
 * Where something was written.
 *
 * @param file the file as the user named it
 * @param line from 1; 0 where there are no lines
 * @param column from 1, in Unicode code points; 0 where there are no lines
 */
public record Place(String file, int line, int column) implements Comparable<Place> {

    /** The place of everything that was defined in Java. */
    public static final Place BUILDER = new Place("builder", 0, 0);

    /** Returns the place of a whole file. */
    public static Place ofFile(String file) {
        return new Place(file, 0, 0);
    }

    @Override
    public int compareTo(Place other) {
        int byFile = file.compareTo(other.file);
        if (byFile != 0) {
            return byFile;
        }
        return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
    }

    /** Returns {@code FILE:LINE:COLUMN}, or the file alone where there are no lines. */
    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line + ":" + column;
    }
}
