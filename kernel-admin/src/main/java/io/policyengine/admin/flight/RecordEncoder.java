package io.policyengine.admin.flight;

import io.policyengine.core.instruction.DenialCodes;
import io.policyengine.kernel.recorder.CallRecord;
import io.policyengine.kernel.recorder.EntryRecord;
import io.policyengine.kernel.recorder.ExchangeRecord;
import io.policyengine.kernel.recorder.MessageChange;
import io.policyengine.kernel.recorder.MessageRecord;
import io.policyengine.kernel.recorder.RequestFields;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Encodes each record in at most {@value #MAX} bytes. Calls and entries that do not fit are only counted. The encoder
 * is reused, and confined to one event loop.
 */
final class RecordEncoder {
    /** Maximum bytes of one encoded exchange. */
    static final int MAX = 16 * 1024;

    /** Maximum characters of an id, and of the name of a worker, an entry, a policy or a field. */
    private static final int MAX_NAME = 128;

    /** Maximum overrides in the record of an exchange. */
    private static final int MAX_LIST = 16;

    private final ByteWriter out = new ByteWriter(MAX);
    private final BiConsumer<String, @Nullable String> values = this::value;
    private final BiConsumer<MessageChange, @Nullable String> changes = this::change;

    ByteWriter encode(ExchangeRecord record) {
        out.clear();
        key(record);
        who(record);
        end(record);
        fields(record.request().fields());
        messages(record.messages());
        calls(record);
        return out;
    }

    /** Writes the values that {@link RecordKey} reads. */
    private void key(ExchangeRecord record) {
        out.text(record.request().id(), MAX_NAME);
        out.text(record.routeName(), ExchangeRecord.MAX_TEXT);
        out.text(record.configuredRoute(), ExchangeRecord.MAX_TEXT);
        out.text(record.request().path(), ExchangeRecord.MAX_TEXT);
        out.text(record.request().client(), MAX_NAME);
        out.number(record.generation());
        out.text(record.code(), DenialCodes.MAX_LENGTH);
    }

    private void who(ExchangeRecord record) {
        out.number(record.arrivedMillis());
        out.text(record.request().method(), MAX_NAME);
        out.text(record.request().authority(), ExchangeRecord.MAX_TEXT);
        out.octet(Constants.MATCHES.octet(record.choice().matched()));
        List<String> overrides = record.choice().overrides();
        int told = Math.min(MAX_LIST, overrides.size());
        out.number(told);
        for (int i = 0; i < told; i++) {
            out.text(overrides.get(i), ExchangeRecord.MAX_TEXT);
        }
    }

    private void end(ExchangeRecord record) {
        out.octet(Constants.OUTCOMES.octet(record.outcome()));
        out.number(record.status());
        out.text(record.decidedBy(), MAX_NAME);
        out.text(record.reason(), ExchangeRecord.MAX_TEXT);
        out.text(record.rule(), DenialCodes.MAX_RULE_LENGTH);
        out.text(record.failure(), ExchangeRecord.MAX_TEXT);
        out.number(Math.max(0, record.took()));
        out.number(Math.max(0, record.held()));
    }

    private void fields(RequestFields fields) {
        out.number(fields.count());
        out.number(fields.told());
        for (int i = 0; i < fields.told(); i++) {
            out.text(fields.name(i), MAX_NAME);
        }
        out.number(fields.values());
        fields.forEachValue(values);
    }

    private void value(String name, @Nullable String text) {
        out.text(name, MAX_NAME);
        out.text(text, RequestFields.MAX_VALUE);
    }

    private void messages(List<MessageRecord> messages) {
        out.number(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            MessageRecord message = messages.get(i);
            out.text(message.label(), MAX_NAME);
            out.octet(message.isSent() ? 1 : 0);
            out.number(message.count());
            out.number(message.bytes());
            out.number(Math.max(0, message.first()));
            out.number(Math.max(0, message.last()));
        }
    }

    private void calls(ExchangeRecord record) {
        List<CallRecord> calls = record.calls();
        int places = out.length();
        // Placeholders for two numbers of two octets, which are known only after encoding.
        for (int i = 0; i < 4; i++) {
            out.octet(0);
        }
        out.number(record.callCount());
        out.number(record.entryCount());
        int toldCalls = 0;
        for (int i = 0; i < calls.size() && wrote(calls.get(i)); i++) {
            toldCalls++;
        }
        List<EntryRecord> entries = record.entries();
        int toldEntries = 0;
        for (int i = 0; i < entries.size() && wrote(entries.get(i)); i++) {
            toldEntries++;
        }
        put(places, toldCalls);
        put(places + 2, toldEntries);
    }

    private void put(int place, int number) {
        out.setOctet(place, number & 0xFF);
        out.setOctet(place + 1, number >> 8);
    }

    private boolean wrote(CallRecord call) {
        int before = out.length();
        out.octet(Constants.PARTS.octet(call.part()));
        out.text(call.worker(), MAX_NAME);
        out.text(call.replica(), MAX_NAME);
        out.number(call.attempts());
        out.octet(call.isShadow() ? 1 : 0);
        out.number(Math.max(0, call.began()));
        out.numberOrNone(call.took());
        out.octet(Constants.STATUSES.octet(call.status()));
        out.octet(Constants.CODES.octet(call.code()));
        out.text(call.message(), ExchangeRecord.MAX_TEXT);
        out.octet(Constants.ACTIONS.octet(call.action()));
        out.number(call.chunks());
        out.number(call.chunkNanos());
        out.octet(call.isBodyChanged() ? 1 : 0);
        return fits(before);
    }

    private boolean wrote(EntryRecord entry) {
        int before = out.length();
        out.numberOrNone(entry.call());
        out.text(entry.name(), MAX_NAME);
        out.text(entry.policy(), MAX_NAME);
        out.octet(Constants.VERDICTS.octet(entry.verdict()));
        out.text(entry.reason(), ExchangeRecord.MAX_TEXT);
        out.text(entry.code(), DenialCodes.MAX_LENGTH);
        out.text(entry.rule(), DenialCodes.MAX_RULE_LENGTH);
        out.octet(Constants.ACTIONS.octet(entry.action()));
        out.number(entry.status());
        out.numberOrNone(entry.began());
        out.numberOrNone(entry.took());
        out.number(entry.chunks());
        out.number(entry.chunkNanos());
        out.number(entry.changes());
        out.number(entry.toldChanges());
        entry.forEachChange(changes);
        return fits(before);
    }

    private void change(MessageChange what, @Nullable String name) {
        out.octet(Constants.CHANGES.octet(what));
        out.text(name, MAX_NAME);
    }

    /** Returns whether the bytes that were written after the given position fit. If they do not, discards them. */
    private boolean fits(int before) {
        if (out.isFull()) {
            out.truncate(before);
            return false;
        }
        return true;
    }
}
