package io.weirflow.testkit.history;

/**
 * One thing that is wrong with a history.
 *
 * @param what a sentence with the keys and places that help to find it
 */
public record Violation(Kind kind, String what) {

    /** What can be wrong. */
    public enum Kind {
        /** Something that has to be there never came. */
        LOST,
        /** Something came twice. */
        DOUBLED,
        /** Of things that belong together, some came and others never did. */
        TORN,
        /** Something came before what it follows. */
        OUT_OF_ORDER,
        /** What was visible once is not there any more, or is another. */
        CHANGED,
        /** Something came that follows from no input. */
        INVENTED,
        /** It came once, and its value is not the right one. */
        WRONG
    }

    @Override
    public String toString() {
        return kind + ": " + what;
    }
}
