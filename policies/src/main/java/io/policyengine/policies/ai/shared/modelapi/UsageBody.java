package io.policyengine.policies.ai.shared.modelapi;

/** A form of bodies with token usage, read incrementally, independent of chunking. */
interface UsageBody {
    void take(byte[] bytes, int start, int end);

    void end();
}
