package io.policyengine.policies.records.auditlog;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.work.StopSignal;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonSize;
import io.policyengine.policies.format.json.JsonTexts;
import io.policyengine.policies.records.shared.exchangerecord.RecordedBody;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Copies bodies for records, and masks them. A body that cannot be masked is left out, so that no exchange fails
 * because of its record.
 */
final class Bodies {
    private final RecordRedaction redaction;
    private final int most;
    private final PolicyEnvironment env;

    Bodies(RecordRedaction redaction, int most, PolicyEnvironment env) {
        this.redaction = redaction;
        this.most = most;
        this.env = env;
    }

    /** Returns the recorded part of a body, with masked values; empty if the body is empty or missing. */
    Future<Optional<RecordedBody>> copy(Call call, @Nullable Buffer body) {
        if (body == null || body.length() == 0) {
            return Future.succeededFuture(Optional.empty());
        }
        int length = body.length();
        if (redaction.isEmpty()) {
            byte[] beginning = body.getBytes(0, Math.min(length, most + 1));
            return Future.succeededFuture(Optional.of(RecordedBody.of(beginning, length, most)));
        }
        JsonSize size = JsonSize.of(body.getBytes(), true, () -> false);
        if (size.isSmall()) {
            return Future.succeededFuture(Optional.of(masked(body, () -> false)));
        }
        return env.offLoop(call, size.work(), stop -> Optional.of(masked(body, stop)))
                .recover(_ -> Future.succeededFuture(Optional.of(RecordedBody.leftOut("overload", length))));
    }

    private RecordedBody masked(Buffer body, StopSignal stop) {
        try {
            var tree = JsonTexts.read(body.getBytes(), stop);
            redaction.apply(tree);
            stop.check();
            return RecordedBody.of(tree.toString().getBytes(StandardCharsets.UTF_8), body.length(), most);
        } catch (JsonFault notJson) {
            return RecordedBody.leftOut("not_json", body.length());
        }
    }
}
