package io.policyengine.admin.accesslog;

import io.policyengine.core.config.AccessLogConfig;
import io.policyengine.core.config.ObservabilityConfig;
import io.policyengine.core.log.LogFields;
import io.policyengine.kernel.recorder.CallRecord;
import io.policyengine.kernel.recorder.EndsPerSecond;
import io.policyengine.kernel.recorder.EntryRecord;
import io.policyengine.kernel.recorder.ExchangeObserver;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.recorder.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs finished exchanges of one event loop: exchanges of the configured kinds, up to a number of lines per second, and
 * a sample of the others. A line has names, verdicts and times, but never a value of a header field, a query or a body.
 * Texts and entries are limited as in {@link ExchangeRecord}. Logging never blocks, and lines of this log are dropped
 * before lines of other logs. Confined to the event loop.
 */
public final class AccessLog implements ExchangeObserver {
    /** The name of the access log's logger. Log lines show the access log as a separate component. */
    public static final String LOGGER = "io.policyengine.access";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
    private static final String KERNEL = "kernel";
    private static final double NANOS = 1e6;

    private final RandomGenerator random;

    private final EndsPerSecond lines = new EndsPerSecond();

    /** The number of exchanges of a configured kind that got no line since the last line was written. */
    private long leftOut;

    /**
     * Creates the access log of one event loop.
     *
     * @param random selects the sampled exchanges
     */
    public AccessLog(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public boolean wants(ObservabilityConfig settings) {
        return settings.accessLog().enabled();
    }

    @Override
    public void ended(ExchangeRecord record) {
        AccessLogConfig settings = record.settings().accessLog();
        boolean isWanted = isAlwaysTold(record, settings);
        if ((isWanted && lines.isAmongFirst(settings.maxLinesPerSecond(), record))
                || (settings.sample() > 0 && random.nextDouble() < settings.sample())) {
            write(record, settings, leftOut);
            leftOut = 0;
        } else if (isWanted) {
            leftOut++;
        }
    }

    private static boolean isAlwaysTold(ExchangeRecord record, AccessLogConfig settings) {
        for (AccessLogConfig.Always kind : settings.always()) {
            boolean is = switch (kind) {
                case DENIED -> record.isDenied();
                case FAILED -> isFailure(record.outcome());
                case SLOW -> record.held() >= settings.slow().toNanos();
            };
            if (is) {
                return true;
            }
        }
        return false;
    }

    private static boolean isFailure(Outcome outcome) {
        return switch (outcome) {
            case FAILED, OVERLOADED, PROTOCOL_ERROR -> true;
            case PASSED, DENIED, UNKNOWN_ROUTE, CANCELLED, OBSERVED -> false;
        };
    }

    private static void write(ExchangeRecord record, AccessLogConfig settings, long leftOut) {
        String configured = record.configuredRoute();
        LoggingEventBuilder line = LOG.atInfo()
                .addKeyValue(LogFields.REQUEST_ID, record.request().id())
                .addKeyValue(LogFields.ROUTE_NAME, configured.isEmpty() ? record.routeName() : configured)
                .addKeyValue(LogFields.DURATION_MS, record.took() / NANOS)
                .addKeyValue(LogFields.HELD_MS, record.held() / NANOS)
                .addKeyValue(LogFields.OUTCOME, record.outcome().label())
                .addKeyValue(LogFields.GENERATION, record.generation());
        if (record.trace().exists()) {
            line = line.addKeyValue(LogFields.TRACE_ID, record.trace().traceId());
        }
        if (settings.path()) {
            line = line.addKeyValue(LogFields.METHOD, record.request().method());
            if (!isRefusedByKernel(record)) {
                line = line.addKeyValue(LogFields.PATH, record.request().path());
            }
        }
        if (settings.client() && !record.request().client().isEmpty()) {
            line = line.addKeyValue(LogFields.CLIENT, cut(record.request().client()));
        }
        if (leftOut > 0) {
            line = line.addKeyValue(LogFields.LEFT_OUT, leftOut);
        }
        if (record.status() > 0) {
            line = line.addKeyValue(LogFields.STATUS, record.status());
        }
        withCause(line, record).addKeyValue(LogFields.ENTRIES, entries(record)).log("an exchange is over");
    }

    /** Returns whether the kernel itself refused the request, whose path may contain a credential. */
    private static boolean isRefusedByKernel(ExchangeRecord record) {
        return record.outcome() == Outcome.DENIED && record.decidedBy().equals(KERNEL);
    }

    private static LoggingEventBuilder withCause(LoggingEventBuilder line, ExchangeRecord record) {
        LoggingEventBuilder told = line;
        if (!record.decidedBy().isEmpty()) {
            told = told.addKeyValue(LogFields.DECIDED_BY, record.decidedBy());
        }
        String code = record.code();
        if (code != null) {
            told = told.addKeyValue(LogFields.CODE, code);
        }
        String rule = record.rule();
        if (rule != null) {
            told = told.addKeyValue(LogFields.RULE, rule);
        }
        String failure = record.failure();
        String reason = failure == null ? record.reason() : failure;
        return reason.isEmpty() ? told : told.addKeyValue(LogFields.REASON, cut(reason));
    }

    private static String cut(String text) {
        return text.substring(0, Math.min(text.length(), ExchangeRecord.MAX_TEXT));
    }

    private static List<Map<String, Object>> entries(ExchangeRecord record) {
        List<CallRecord> calls = record.calls();
        List<Map<String, Object>> entries = new ArrayList<>();
        for (EntryRecord entry : record.entries()) {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("entry", entry.name());
            told.put("policy", entry.policy());
            if (entry.call() >= 0) {
                CallRecord call = calls.get(entry.call());
                told.put("part", call.part().label());
                told.put("worker", call.worker());
            }
            told.put("verdict", entry.verdict().label());
            if (entry.took() >= 0) {
                told.put("duration_ms", entry.took() / NANOS);
            }
            String code = entry.code();
            if (code != null) {
                told.put("code", code);
            }
            String rule = entry.rule();
            if (rule != null) {
                told.put("rule", rule);
            }
            entries.add(told);
        }
        return entries;
    }
}
