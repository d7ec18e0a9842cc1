package io.policyengine.policies.format.parts;

import io.policyengine.policies.format.form.FormFault;
import io.policyengine.policies.format.form.FormReader;
import io.policyengine.policies.format.form.FormSink;
import io.policyengine.policies.format.multipart.MultipartFault;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The incremental scan of a form, in which each name and each value is scanned separately. Holds the scan of one name
 * or value at a time.
 */
final class FormScan<E extends Exception> implements PartScan<E> {
    private static final int ESCAPE = 3;

    private final Supplier<OctetScan<E>> ofField;
    private final FormReader<E> reader = new FormReader<>(FormReader.Escapes.LENIENT, new Sink());
    private byte[] decoded = new byte[ESCAPE];
    private int length;
    private @Nullable OctetScan<E> field;

    FormScan(Supplier<OctetScan<E>> ofField) {
        this.ofField = ofField;
    }

    @Override
    public void take(byte[] bytes, int start, int end) throws E, MultipartFault {
        decoded = new byte[end - start + ESCAPE];
        try {
            for (int i = start; i < end; i++) {
                reader.take(bytes[i] & 0xFF, 0, 0);
            }
        } catch (FormFault fault) {
            throw MultipartFault.malformed(fault.why());
        }
        give();
    }

    @Override
    public void end() throws E, MultipartFault {
        try {
            reader.end();
        } catch (FormFault fault) {
            throw MultipartFault.malformed(fault.why());
        }
    }

    @Override
    public long heldBytes() {
        return field == null ? 0 : field.heldBytes();
    }

    private void give() throws E {
        if (length > 0) {
            OctetScan<E> scan = field == null ? ofField.get() : field;
            field = scan;
            scan.take(decoded, 0, length);
            length = 0;
        }
    }

    /** Collects decoded octets until a name, a value or the current input ends. */
    private final class Sink implements FormSink<E> {
        @Override
        public void octet(int octet, long start, long end) {
            decoded[length] = (byte) octet;
            length++;
        }

        @Override
        public void endName() throws E {
            give();
            field = null;
        }

        @Override
        public void endField() throws E {
            endName();
        }
    }
}
