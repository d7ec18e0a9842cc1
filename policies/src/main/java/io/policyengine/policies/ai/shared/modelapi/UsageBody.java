package io.policyengine.policies.ai.shared.modelapi;

/** A form of bodies with token usage, read incrementally, independent of chunking. */
interface UsageBody {
    /** Takes the next bytes. */
    void take(byte[] bytes, int start, int end);

    /** The body ends here. */
    void end();
}
