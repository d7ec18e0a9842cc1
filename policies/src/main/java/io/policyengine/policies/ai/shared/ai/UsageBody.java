package io.policyengine.policies.ai.shared.ai;

/** A form of bodies that tell of the use of a model, read as their bytes come, wherever they are cut. */
interface UsageBody {
    /** Takes the next bytes. */
    void take(byte[] bytes, int start, int end);

    /** The body ends here. */
    void end();
}
