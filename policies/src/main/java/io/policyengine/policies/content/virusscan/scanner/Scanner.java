package io.policyengine.policies.content.virusscan.scanner;

import io.policyengine.core.policy.Call;

/** A virus scanner with a certain protocol. Thread-safe. */
@FunctionalInterface
public interface Scanner {
    /**
     * Starts the scan of one content item for an exchange. The scan connects once about 64 KiB have arrived, or at the
     * end of the content.
     */
    Scan begin(Call call);
}
