package io.policyengine.kernel.aggregate;

import io.policyengine.core.chain.EntryFailure;
import io.policyengine.core.error.ErrorCode;
import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.ImmediateResponse;
import io.policyengine.core.instruction.Instruction;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RemoveQueryParam;
import io.policyengine.core.instruction.SetAuthority;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetMethod;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.instruction.SetQueryParam;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.kernel.account.ExchangeAccount;
import io.policyengine.kernel.account.Holder;
import io.policyengine.kernel.account.MemoryReservation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory that policies' results need beyond that of the message or chunk that they replace. It covers additional
 * body bytes, and the header fields and request targets that the results set. A slightly longer result and few fields
 * reserve no memory, because the exchange's slot and an allowance per counted byte cover them.
 */
final class ResultReservation {
    /** The failure of an entry whose result needs more memory than is free. */
    static final EntryFailure NONE = new EntryFailure(
            ErrorCode.OVERLOADED,
            "no memory is free for the policy's result: limits.max_buffered_bytes, or the route's or client's share of"
                    + " it, is used up");

    /** Maximum bytes by which a result may exceed the replaced bytes without reserving memory. */
    private static final int SMALL = 8 << 10;

    /**
     * A result reserves no memory if it exceeds the replaced bytes by at most 1/{@value} of them plus {@link #SMALL}.
     * The heap has room for such an excess over all counted bytes. A policy can thus replace a body even while many
     * uploads exhaust the budget and wait for each other.
     */
    private static final int SLIGHT = 8;

    private final ExchangeAccount account;
    private final long replaced;
    private @Nullable MemoryReservation held;
    private long body;
    private long fields;

    /**
     * Creates the reservation for policies' results, of 0 bytes at first.
     *
     * @param replaced number of bytes that the results replace
     */
    ResultReservation(ExchangeAccount account, long replaced) {
        this.account = account;
        this.replaced = replaced;
    }

    static long bodyOf(List<? extends Instruction> instructions, @Nullable ImmediateResponse response) {
        long bytes = response == null ? 0 : response.body().length();
        for (int i = 0; i < instructions.size(); i++) {
            if (instructions.get(i) instanceof SetBody set) {
                bytes = Math.max(bytes, set.body().length());
            }
        }
        return bytes;
    }

    /**
     * Returns the bytes of the header fields and request targets that the instructions set and the response contains; 0
     * if they are few.
     */
    static long fieldsOf(List<? extends Instruction> instructions, @Nullable ImmediateResponse response) {
        long bytes = response == null ? 0 : response.headers().octets();
        for (int i = 0; i < instructions.size(); i++) {
            bytes += octetsOf(instructions.get(i));
        }
        return bytes <= SMALL ? 0 : bytes;
    }

    /** Returns the bytes of an instruction's texts. Bodies are counted separately, and metadata has its own limit. */
    private static long octetsOf(Instruction instruction) {
        return switch (instruction) {
            case SetHeader(String name, String value) -> name.length() + value.length();
            case AppendHeader(String name, String value) -> name.length() + value.length();
            case SetResponseHeader(String name, String value) -> name.length() + value.length();
            case SetQueryParam(String name, String value) -> name.length() + value.length();
            case RemoveHeader(String name) -> name.length();
            case RemoveQueryParam(String name) -> name.length();
            case SetPath(String path) -> path.length();
            case SetMethod(String method) -> method.length();
            case SetAuthority(String authority) -> authority.length();
            case SetBody _, SetMetadata _, SetStatusCode _ -> 0;
        };
    }

    /**
     * Reserves memory for a result; returns false if the budget is exhausted.
     *
     * @param newBody bytes of the result's body, which replaces an earlier one
     * @param newFields bytes of the result's fields, which are added to earlier ones
     */
    boolean take(long newBody, long newFields) {
        if (newBody > replaced + replaced / SLIGHT + SMALL) {
            body = Math.max(body, newBody - replaced);
        }
        fields += newFields;
        long more = body + fields - (held == null ? 0 : held.bytes());
        if (more <= 0) {
            return true;
        }
        if (held != null) {
            return held.add(more);
        }
        held = account.hold(Holder.RESULTS, more);
        return held != null;
    }

    /** Transfers the reservation to the caller, which must release it; returns null if no memory is reserved. */
    @Nullable
    MemoryReservation hand() {
        MemoryReservation handed = held;
        held = null;
        return handed;
    }
}
