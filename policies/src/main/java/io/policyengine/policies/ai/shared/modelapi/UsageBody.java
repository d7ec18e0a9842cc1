package io.policyengine.policies.ai.shared.modelapi;

/** A reader of token usage for one form of body. It takes the body in pieces, regardless of chunk boundaries. */
interface UsageBody {
    void take(byte[] bytes, int start, int end);

    void end();
}
