package io.policyengine.admin.flight;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes records of exchanges that {@link RecordEncoder} encoded. */
final class RecordDecoder {
    private static final double NANOS_A_MILLI = 1e6;

    private final ByteReader in;
    private final String shelf;
    private final KeptExchange.Locations places;
    private final RecordKey key;

    private RecordDecoder(ExchangeHits.Hit found, KeptExchange.Locations places) {
        this.in = new ByteReader(found.bytes(), 0);
        this.key = RecordKey.read(in);
        this.shelf = found.shelf().label();
        this.places = places;
    }

    static KeptExchange decode(ExchangeHits.Hit found, KeptExchange.Locations places) {
        return new RecordDecoder(found, places).exchange();
    }

    private KeptExchange exchange() {
        String arrived = Instant.ofEpochMilli(in.number()).toString();
        String method = in.text();
        String authority = in.text();
        KeptExchange.Chosen chosen = chosen();
        KeptExchange.End end = end();
        KeptExchange.Fields fields = fields();
        List<KeptExchange.Message> messages = messages();
        int calls = in.octet() | in.octet() << 8;
        int entries = in.octet() | in.octet() << 8;
        int allCalls = in.count();
        int allEntries = in.count();
        return new KeptExchange(
                key.requestId(),
                arrived,
                shelf,
                method,
                authority,
                key.path(),
                key.client(),
                fields,
                chosen,
                end,
                messages,
                calls(calls, entries),
                allCalls - calls,
                allEntries - entries);
    }

    private KeptExchange.Chosen chosen() {
        String policy = key.routePolicy();
        String matched = Constants.MATCHES.label(in.octet());
        List<String> overrides = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            overrides.add(in.text());
        }
        boolean isWritten = !policy.isEmpty();
        return new KeptExchange.Chosen(
                key.route(),
                isWritten ? policy : null,
                matched,
                List.copyOf(overrides),
                key.generation(),
                places.isInForce(key.generation()),
                isWritten ? places.ofRoute(key.generation(), policy) : null);
    }

    private KeptExchange.End end() {
        return new KeptExchange.End(
                Constants.OUTCOMES.label(in.octet()),
                in.count(),
                in.text(),
                in.text(),
                key.code(),
                in.textOrNull(),
                in.textOrNull(),
                millis(in.number()),
                millis(in.number()));
    }

    private KeptExchange.Fields fields() {
        int count = in.count();
        List<String> names = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            names.add(in.text());
        }
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        for (int left = in.count(); left > 0; left--) {
            values.put(in.text(), in.textOrNull());
        }
        return new KeptExchange.Fields(count, List.copyOf(names), values);
    }

    private List<KeptExchange.Message> messages() {
        List<KeptExchange.Message> messages = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            String kind = in.text();
            messages.add(new KeptExchange.Message(
                    in.octet() == 1 ? "envoy" : "engine",
                    kind,
                    in.count(),
                    in.number(),
                    millis(in.number()),
                    millis(in.number())));
        }
        return List.copyOf(messages);
    }

    private List<KeptExchange.Call> calls(int calls, int entries) {
        List<KeptExchange.Call> bare = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            bare.add(call());
        }
        List<List<KeptExchange.Entry>> ofCalls = new ArrayList<>();
        bare.forEach(_ -> ofCalls.add(new ArrayList<>()));
        for (int i = 0; i < entries; i++) {
            int call = (int) in.numberOrNone();
            boolean isTold = call >= 0 && call < calls;
            KeptExchange.Entry entry = entry(isTold ? bare.get(call).part() : "");
            if (isTold) {
                ofCalls.get(call).add(entry);
            }
        }
        List<KeptExchange.Call> all = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            all.add(with(bare.get(i), List.copyOf(ofCalls.get(i))));
        }
        return List.copyOf(all);
    }

    private KeptExchange.Call call() {
        return new KeptExchange.Call(
                Constants.PARTS.label(in.octet()),
                in.text(),
                in.textOrNull(),
                in.count(),
                in.octet() == 1,
                millis(in.number()),
                millisOrNull(in.numberOrNone()),
                Constants.STATUSES.labelOrNull(in.octet()),
                Constants.CODES.labelOrNull(in.octet()),
                in.textOrNull(),
                Constants.ACTIONS.labelOrNull(in.octet()),
                in.count(),
                millis(in.number()),
                in.octet() == 1,
                List.of());
    }

    private static KeptExchange.Call with(KeptExchange.Call call, List<KeptExchange.Entry> entries) {
        return new KeptExchange.Call(
                call.part(),
                call.worker(),
                call.replica(),
                call.attempts(),
                call.shadow(),
                call.beganMs(),
                call.tookMs(),
                call.status(),
                call.code(),
                call.failure(),
                call.onFailure(),
                call.chunks(),
                call.chunksMs(),
                call.bodyChanged(),
                entries);
    }

    private KeptExchange.Entry entry(String part) {
        String name = in.text();
        String ofPolicy = in.text();
        String verdict = Constants.VERDICTS.label(in.octet());
        String reason = in.textOrNull();
        String code = in.textOrNull();
        String rule = in.textOrNull();
        String action = Constants.ACTIONS.labelOrNull(in.octet());
        int status = in.count();
        Double began = millisOrNull(in.numberOrNone());
        Double took = millisOrNull(in.numberOrNone());
        int chunks = in.count();
        double chunkTime = millis(in.number());
        int allChanges = in.count();
        List<KeptExchange.Changed> changes = new ArrayList<>();
        int told = in.count();
        for (int i = 0; i < told; i++) {
            changes.add(new KeptExchange.Changed(Constants.CHANGES.label(in.octet()), in.textOrNull()));
        }
        return new KeptExchange.Entry(
                name,
                ofPolicy,
                verdict,
                reason,
                code,
                rule,
                action,
                status,
                began,
                took,
                chunks,
                chunkTime,
                List.copyOf(changes),
                allChanges - told,
                places.ofEntry(key.generation(), key.routePolicy(), part, name));
    }

    private static double millis(long nanos) {
        return nanos / NANOS_A_MILLI;
    }

    private static @Nullable Double millisOrNull(long nanos) {
        return nanos < 0 ? null : millis(nanos);
    }
}
