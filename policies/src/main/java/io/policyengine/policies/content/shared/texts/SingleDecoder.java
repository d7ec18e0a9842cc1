package io.policyengine.policies.content.shared.texts;

import java.nio.charset.Charset;

/** Decodes a charset that uses one octet for each character. */
final class SingleDecoder extends Decoder {
    private static final char UNKNOWN = '\uFFFD';

    private final String characters;

    SingleDecoder(CharacterSink sink, Charset charset) {
        super(sink, false, charset);
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        this.characters = new String(all, charset);
    }

    @Override
    public void take(int octet, long start, long end) throws ContentException {
        char character = characters.charAt(octet);
        if (character == UNKNOWN) {
            goOn(start, end);
            broken();
        } else {
            whole(character, start, end);
        }
    }
}
