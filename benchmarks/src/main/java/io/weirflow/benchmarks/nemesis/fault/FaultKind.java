package io.weirflow.benchmarks.nemesis.fault;

import java.util.Random;

/**
 * A kind of fault. To add one, add it to {@link FaultKinds}, or {@link ControlKinds} when it is something that
 * people do with pipelines.
 *
 * @param name in reports
 * @param weight how often it is drawn, beside the others
 * @param draw makes one; everything that is left to chance comes from the generator
 */
record FaultKind(String name, int weight, Draw draw) {

    /** Makes a fault of this kind. */
    @FunctionalInterface
    interface Draw {
        Fault draw(String kind, Random random);
    }
}
