package io.policyengine.policies.content.shared.entities;

/**
 * Finds one kind of entity. Has no state: it is a function of the text, and reads no more of it than {@link #longest} characters from the
 * start and {@link Window#CONTEXT} before it.
 */
interface Detector {
    /** The absence of an entity, in place of an end. */
    int NONE = -1;

    /** The kind. */
    Entity entity();

    /** The maximum number of characters that it reads from the start of an entity. */
    int longest();

    /** True if an entity may begin with the character, as {@link Window#at} gives it. What does not is passed over at the cost of a look-up. */
    boolean mayBeginWith(char first);

    /** True if an entity may begin behind an ASCII letter. */
    default boolean mayBeginBehindALetter() {
        return false;
    }

    /**
     * The end of the entity that begins at {@code start}, or {@link #NONE}. Counts only if the window was not {@linkplain Window#isStarved
     * starved} meanwhile.
     *
     * @param start of a character that {@linkplain #mayBeginWith may be the first}
     */
    int match(Window text, int start);

    /** True if a match that starved is still starved after the character, so that it need not be tried again. */
    default boolean starvesOn(int c) {
        return false;
    }

    /** True if the entity that ends here was cut at {@link #longest}, so that what follows may belong to it. */
    default boolean isCut(int length) {
        return false;
    }

    /** The end of what goes on, from where an entity was cut; {@code start} if nothing does. */
    default int goOn(Window text, int start) {
        return start;
    }
}
