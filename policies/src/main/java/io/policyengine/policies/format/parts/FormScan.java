package io.policyengine.policies.format.parts;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The scan of the fields of a form ({@code application/x-www-form-urlencoded}), as it comes: each name and each value, with percent-encoding
 * and plus signs undone. A percent sign that begins no escape stands for itself. Holds the scan of one of them.
 */
final class FormScan<E extends Exception> implements OctetScan<E> {
    private static final int ESCAPE = 3;

    private final Supplier<OctetScan<E>> ofField;
    private final byte[] escape = new byte[ESCAPE];
    private int escaped;
    private boolean inValue;
    private @Nullable OctetScan<E> field;

    /** A scan before the first octet. */
    FormScan(Supplier<OctetScan<E>> ofField) {
        this.ofField = ofField;
    }

    @Override
    public void take(byte[] bytes, int start, int end) throws E {
        byte[] decoded = new byte[end - start + ESCAPE];
        int length = 0;
        for (int i = start; i < end; i++) {
            byte octet = bytes[i];
            if (escaped > 0 && digit(octet) < 0) {
                System.arraycopy(escape, 0, decoded, length, escaped);
                length += escaped;
                escaped = 0;
            }
            if (escaped > 0 || octet == '%') {
                escape[escaped++] = octet;
                if (escaped == ESCAPE) {
                    decoded[length++] = (byte) ((digit(escape[1]) << 4) | digit(escape[2]));
                    escaped = 0;
                }
            } else if (octet == '&' || (octet == '=' && !inValue)) {
                give(decoded, length);
                length = 0;
                inValue = octet == '=';
                field = null;
            } else {
                decoded[length++] = octet == '+' ? (byte) ' ' : octet;
            }
        }
        give(decoded, length);
    }

    @Override
    public long heldBytes() {
        return field == null ? 0 : field.heldBytes();
    }

    private void give(byte[] decoded, int length) throws E {
        if (length == 0) {
            return;
        }
        OctetScan<E> scan = field == null ? ofField.get() : field;
        field = scan;
        scan.take(decoded, 0, length);
    }

    private static int digit(byte octet) {
        return octet < 0 ? -1 : Character.digit(octet, 16);
    }
}
