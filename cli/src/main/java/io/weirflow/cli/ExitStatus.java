package io.weirflow.cli;

/** The exit statuses of the command; documented, so they never change. */
public final class ExitStatus {

    public static final int DONE = 0;
    /** It failed while running. */
    public static final int FAILED = 1;
    /** Bad arguments or a bad pipeline: nothing was started. */
    public static final int REFUSED = 2;
    /** Stopped by SIGINT or SIGTERM, everything committed. */
    public static final int INTERRUPTED = 130;

    private ExitStatus() {}
}
