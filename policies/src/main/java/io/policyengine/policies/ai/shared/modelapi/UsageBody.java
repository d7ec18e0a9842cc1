package io.policyengine.policies.ai.shared.modelapi;

/** A form of bodies with token usage. Bodies are read in pieces, regardless of chunk boundaries. */
interface UsageBody {
    void take(byte[] bytes, int start, int end);

    void end();
}
