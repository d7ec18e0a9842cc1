package io.policyengine.kernel.extproc;

/** Where one direction of an exchange stands. */
public enum DirectionState {
    /** Nothing of this direction has arrived. */
    IDLE,
    /** Its headers arrived, the answer is owed; more may follow. */
    HEADERS,
    /** Its headers arrived and were all there is, the answer is owed. */
    LAST_HEADERS,
    /** All that arrived is answered; more may follow. */
    OPEN,
    /** The headers were answered by replacing the whole message: Envoy wants no more answers in this direction. */
    REPLACED,
    /** All there is has been answered. */
    DONE
}
