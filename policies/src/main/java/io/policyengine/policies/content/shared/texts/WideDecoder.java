package io.policyengine.policies.content.shared.texts;

import java.nio.charset.Charset;

/** Decodes UTF-16 and UTF-32. */
final class WideDecoder extends Decoder {
    private final int width;
    private final boolean bigEndian;
    private int unit;
    private int octets;
    /** The first half of the current surrogate pair; 0 if there is none. */
    private int high;

    WideDecoder(CharacterSink sink, Charset charset, boolean lenient) {
        super(sink, lenient, charset);
        this.width = charset.name().startsWith("UTF-32") ? 4 : 2;
        this.bigEndian = charset.name().endsWith("BE");
    }

    @Override
    public void take(int octet, long start, long end) throws ContentException {
        goOn(start, end);
        unit = bigEndian ? (unit << 8) | octet : unit | (octet << (8 * octets));
        if (++octets == width) {
            int complete = unit;
            unit = 0;
            octets = 0;
            unit(complete);
        }
    }

    private void unit(int complete) throws ContentException {
        boolean surrogate = complete >= Character.MIN_SURROGATE && complete <= Character.MAX_SURROGATE;
        boolean first = surrogate && complete <= Character.MAX_HIGH_SURROGATE;
        if (width == 2 && high == 0 && first) {
            high = complete;
        } else if (width == 2 && high != 0 && surrogate && !first) {
            int codePoint = Character.toCodePoint((char) high, (char) complete);
            high = 0;
            whole(codePoint);
        } else if (high != 0 || surrogate || !Character.isValidCodePoint(complete)) {
            high = 0;
            broken();
        } else {
            whole(complete);
        }
    }
}
