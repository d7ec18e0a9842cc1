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
import io.policyengine.kernel.account.Held;
import io.policyengine.kernel.account.Holder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory of results that are longer than the message or chunk that they replace: the additional bytes, and those of
 * header fields and targets that they set. The replaced bytes are counted already. The exchange's slot and an allowance
 * per counted byte cover slightly longer results and few fields.
 */
final class ResultRoom {
    /** The failure of an entry whose result finds no room. */
    static final EntryFailure NONE = new EntryFailure(
            ErrorCode.OVERLOADED,
            "limits.max_buffered_bytes, or the route's share in it, has no room for the policy's result");

    /** The number of uncounted bytes by which a result may be longer. */
    private static final int SMALL = 8 << 10;

    /**
     * The divisor of the replaced bytes that gives an uncounted allowance, since the heap has room for the output of
     * each counted byte. So replacements find room even while many uploads exhaust the budget and wait for each other.
     */
    private static final int SLIGHT = 8;

    private final ExchangeAccount account;
    private final long replaced;
    private @Nullable Held held;
    private long body;
    private long fields;

    /**
     * Creates an empty reservation.
     *
     * @param replaced bytes that results replace
     */
    ResultRoom(ExchangeAccount account, long replaced) {
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

    /** The bytes of header fields and targets that are set or answered; 0 if they are few. */
    static long fieldsOf(List<? extends Instruction> instructions, @Nullable ImmediateResponse response) {
        long bytes = response == null ? 0 : response.headers().octets();
        for (int i = 0; i < instructions.size(); i++) {
            bytes += octetsOf(instructions.get(i));
        }
        return bytes <= SMALL ? 0 : bytes;
    }

    /** The bytes of an instruction's texts. Bodies are counted separately, and metadata has its own limit. */
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
     * @param newBody bytes of its body, which replaces the earlier one
     * @param newFields bytes of its fields, which are added to the earlier ones
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

    /** Transfers the reservation to the caller, who must release it, or returns null if there is none. */
    @Nullable
    Held hand() {
        Held handed = held;
        held = null;
        return handed;
    }
}
