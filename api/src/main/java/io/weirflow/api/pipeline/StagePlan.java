package io.weirflow.api.pipeline;

import java.util.List;

/**
 * One stage: the unit of deployment, scaling and upgrade.
 *
 * @param id position in {@link Pipeline#stages()}
 * @param name the entry (or stream) that begins the stage
 * @param uid what the stage's topics and state are named after; the name unless the user gave one
 * @param slots number of slots, at least 1: inbox partitions, or partitions of the source
 * @param input what its slots read
 * @param steps in an order in which inputs come before their users; {@code steps.get(i).id() == i}
 * @param standbys how many workers keep the state of each slot at hand besides its owner, 0 or more; no part of what the stage computes
 * @param version counts the upgrades of the stage in a run, from 1. Each slot goes from one to the next at a cut in its log (rule R12)
 */
public record StagePlan(
        int id, String name, String uid, int slots, StageInput input, List<Step> steps, int standbys, int version) {

    /** The version that a run begins with. */
    public static final int FIRST_VERSION = 1;

    public StagePlan {
        steps = List.copyOf(steps);
        if (slots < 1) {
            throw new IllegalArgumentException("stage " + name + " has no slots");
        }
        if (standbys < 0) {
            throw new IllegalArgumentException("stage " + name + " has " + standbys + " standbys");
        }
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).id() != i) {
                throw new IllegalArgumentException("step " + steps.get(i).entry() + " is not at its id");
            }
        }
        if (version < FIRST_VERSION) {
            throw new IllegalArgumentException("stage " + name + " has version " + version);
        }
    }

    /** A stage that was not upgraded yet, without standbys. */
    public StagePlan(int id, String name, String uid, int slots, StageInput input, List<Step> steps) {
        this(id, name, uid, slots, input, steps, 0, FIRST_VERSION);
    }

    /** Returns the same stage as another version. */
    public StagePlan withVersion(int newVersion) {
        return new StagePlan(id, name, uid, slots, input, steps, standbys, newVersion);
    }

    /** Returns the same stage with other steps. */
    public StagePlan withSteps(List<Step> newSteps) {
        return new StagePlan(id, name, uid, slots, input, newSteps, standbys, version);
    }

    /** Returns this stage with another number of standbys. */
    public StagePlan withStandbys(int number) {
        return new StagePlan(id, name, uid, slots, input, steps, number, version);
    }
}
