package io.policyengine.policies.ai.shared.modelapi;

/** Reads token usage from one form of response body. The body is read in pieces of any size. */
interface UsageBody {
    void take(byte[] bytes, int start, int end);

    void end();
}
