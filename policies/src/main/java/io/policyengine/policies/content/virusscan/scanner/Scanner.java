package io.policyengine.policies.content.virusscan.scanner;

import io.policyengine.core.policy.Call;

/** A virus scanner with its protocol. Thread-safe. */
@FunctionalInterface
public interface Scanner {
    /** Starts the scan of one content for an exchange. Uses no connection before some 64 KiB or the end has arrived. */
    Scan begin(Call call);
}
