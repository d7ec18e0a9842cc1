package io.policyengine.policies.content.virusscan.scanner;

import io.policyengine.core.policy.Call;

/** A virus scanner, by its protocol. Thread-safe. */
@FunctionalInterface
public interface Scanner {
    /** The scan of one content for an exchange. No connection is used before some 64 KiB have come, or the end. */
    Scan begin(Call call);
}
