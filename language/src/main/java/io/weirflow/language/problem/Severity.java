package io.weirflow.language.problem;

/** How bad a problem is. */
public enum Severity {
    /** The pipeline cannot run. */
    ERROR,
    /** The pipeline can run, but something in it is probably not meant. */
    WARNING
}
