package io.weirflow.benchmarks.cases;

import io.weirflow.benchmarks.report.CaseResult;

/** Something to measure. A class of its own, named in {@link BenchCases}. */
public interface BenchCase {

    /** Returns its name on the command line. */
    String id();

    /** Returns what is measured, in a line. */
    String title();

    /** Measures all engines in all rounds. Failed runs are part of the result. */
    CaseResult run(Session session) throws InterruptedException;
}
