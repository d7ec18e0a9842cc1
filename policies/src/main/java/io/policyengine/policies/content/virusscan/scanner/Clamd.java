package io.policyengine.policies.content.virusscan.scanner;

import io.policyengine.core.policy.ByteTarget;
import io.policyengine.core.policy.Call;

/**
 * The daemon of ClamAV (clamd(8)). A content item is sent with the command INSTREAM, in chunks that begin with their
 * length. A connection is a session of numbered commands, one for each item. Each answer begins with the number of its
 * command.
 */
public final class Clamd implements Scanner {
    private final ByteTarget target;

    /** Creates a scanner that uses the daemon at an address. */
    public Clamd(ByteTarget target) {
        this.target = target;
    }

    @Override
    public Scan begin(Call call) {
        return new ClamdScan(target, call);
    }
}
