package io.weirflow.cli.service;

/** How services log: what happens to slots and leaders is worth a line, unlike in a run that a person watches. */
public final class ServiceLog {

    private static final String LEVEL = "weirflow.log.level";

    private ServiceLog() {}

    /** Called before anything logs. */
    public static void configure() {
        if (System.getProperty(LEVEL) == null) {
            System.setProperty(LEVEL, "INFO");
        }
    }
}
