package io.policyengine.admin.flight;

import io.policyengine.core.chain.OnFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.kernel.metrics.CallStatus;
import io.policyengine.kernel.recorder.ChainPart;
import io.policyengine.kernel.recorder.EntryVerdict;
import io.policyengine.kernel.recorder.MessageChange;
import io.policyengine.kernel.recorder.Outcome;
import io.policyengine.kernel.recorder.RouteChoice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the constants of an enum as octets; 0 is null. The octets are read only by the process that wrote them. An
 * octet takes a tenth of the time and space of a label.
 */
final class Constants<E extends Enum<E>> {
    static final Constants<RouteChoice.Matched> MATCHES =
            new Constants<>(RouteChoice.Matched.class, RouteChoice.Matched::label);
    static final Constants<Outcome> OUTCOMES = new Constants<>(Outcome.class, Outcome::label);
    static final Constants<ChainPart> PARTS = new Constants<>(ChainPart.class, ChainPart::label);
    static final Constants<CallStatus> STATUSES = new Constants<>(CallStatus.class, CallStatus::label);
    static final Constants<EntryVerdict> VERDICTS = new Constants<>(EntryVerdict.class, EntryVerdict::label);
    static final Constants<MessageChange> CHANGES = new Constants<>(MessageChange.class, MessageChange::label);
    static final Constants<ErrorCode> CODES = new Constants<>(ErrorCode.class, ErrorCode::name);
    static final Constants<OnFailure> ACTIONS =
            new Constants<>(OnFailure.class, action -> action.name().toLowerCase(Locale.ROOT));

    private final Map<E, Integer> octets;
    private final List<String> labels = new ArrayList<>();

    private Constants(Class<E> type, Function<E, String> label) {
        this.octets = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            labels.add(label.apply(constant));
            octets.put(constant, labels.size());
        }
    }

    int octet(@Nullable E constant) {
        return constant == null ? 0 : octets.getOrDefault(constant, 0);
    }

    String label(int octet) {
        return octet == 0 ? "" : labels.get(octet - 1);
    }

    /** Returns the label of the constant that an octet encodes, or null for 0. */
    @Nullable
    String labelOrNull(int octet) {
        return octet == 0 ? null : labels.get(octet - 1);
    }
}
