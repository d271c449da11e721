package io.weirflow.state;

import java.nio.file.Path;

/**
 * The local copy of a slot's state is damaged: a checksum is wrong, a file is missing or cut. Nothing is lost: wipe the directory and
 * restore the state from the changelog.
 */
public final class StateCorruptException extends StateException {

    private static final long serialVersionUID = 1;

    private final transient Path directory;

    StateCorruptException(Path directory, String detail, Throwable cause) {
        super(
                "The local state in " + directory + " is damaged and must be rebuilt from the changelog: " + detail,
                cause);
        this.directory = directory;
    }

    /**
     * @param directory to wipe
     * @param detail what is wrong with it
     */
    public StateCorruptException(Path directory, String detail) {
        super("The local state in " + directory + " is damaged and must be rebuilt from the changelog: " + detail);
        this.directory = directory;
    }

    /** Returns the directory to wipe. */
    public Path directory() {
        return directory;
    }
}
