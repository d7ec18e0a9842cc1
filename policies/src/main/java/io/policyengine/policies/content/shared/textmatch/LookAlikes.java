package io.policyengine.policies.content.shared.textmatch;

/** The most common letters that look like an ASCII letter (confusable in Unicode Technical Standard 39). */
final class LookAlikes {
    /** Lines of an ASCII letter followed by the letters that look like it. */
    private static final String LETTERS = """
            a\u0430\u03B1\u0251\u237A\u1D00
            b\u042C\u044C\u0184\u15AF\u0299
            c\u0441\u03C2\u1D04\uABAF
            d\u0501\uA4D2\u1D05
            e\u0435\u04BD\u0454\u212E\uAB32\u03B5\u1D07\u025B
            f\uA799\u1E9D\u03DD\uAB35\uA730\u0192
            g\u0261\u0581\u1D83\u018D\u0262
            h\u04BB\u0570\u13C2\u029C
            i\u0456\u03B9\u0131\u04CF\u0269\u026A\u2373\u13A5\uA647
            j\u0458\u03F3\u1D0A
            k\u043A\u03BA\u1D0B\u049B\u0138\u04A1
            l\u0196\u029F\u2D4F\u01C0\u0142
            m\u043C\u1D0D
            n\u0578\u057C\u03B7\u043F\u0274
            o\u043E\u03BF\u0585\u03C3\u1D0F\u1D11\u0473\u00F8\u0275\uAB3D\u10FF
            p\u0440\u03C1\u2374\u1D18
            q\u051B\u0566\u0563
            r\u0433\u1D26\uAB47\uAB48\u2C85\u0280
            s\u0455\u0282\uA731\u01BD
            t\u0442\u03C4\u1D1B\u0167
            u\u03C5\u057D\uAB4E\uAB52\u1D1C\u028B
            v\u0475\u03BD\u1D20
            w\u051D\u0461\u0561\u026F\u1D21\u03C9
            x\u0445\u03C7\u1541\u00D7\u2A2F
            y\u0443\u03B3\u04AF\u10E7\u028F\u1EFF
            z\u1D22\u0290\uAB93
            A\u0410\u0391\u13AA\u15C5\uA4EE
            B\u0412\u0392\u13F4\u15F7\uA4D0
            C\u0421\u03A3\u13DF\uA4DA
            D\u13A0\u15DE\uA4D3\u0110
            E\u0415\u0395\u13AC\u2D39\uA4F0\u0404
            F\u03DC\u15B4\uA4DD
            G\u050C\u13C0\u13F3\uA4D6
            H\u041D\u0397\u13BB\u157C\uA4E7
            I\u0406\u0399\u04C0\uA4F2
            J\u0408\u13AB\u148D\uA4D9\u037F
            K\u041A\u039A\u13E6\uA4D7
            L\u13DE\u14AA\uA4E1\u2CD0\u0141
            M\u041C\u039C\u13B7\u15F0\uA4DF\u03FA
            N\u039D\uA4E0\u2C9A
            O\u041E\u039F\u0555\u2D54\uA4F3\u00D8
            P\u0420\u03A1\u13E2\u146D\uA4D1
            Q\u051A\u2D55
            R\u13A1\u13D2\u1587\uA4E3
            S\u0405\u054F\u13D5\u13DA\uA4E2
            T\u0422\u03A4\u13A2\uA4D4
            U\u054D\u144C\uA4F4
            V\u0474\u13D9\u142F\uA4E6
            W\u051C\u13B3\u13D4\uA4EA
            X\u0425\u03A7\uA4EB\u2D5D
            Y\u03A5\u0423\u04AE\u13BD\uA4EC
            Z\u0396\u13C3\uA4DC
            """;

    private static final int LAST = LETTERS.codePoints().max().orElseThrow();
    private static final char[] ASCII = table();

    private LookAlikes() {}

    /** Returns the ASCII letter that the character looks like; if there is none, returns the character itself. */
    static int asciiOf(int codePoint) {
        if (codePoint < 0x80 || codePoint > LAST) {
            return codePoint;
        }
        char ascii = ASCII[codePoint];
        return ascii == 0 ? codePoint : ascii;
    }

    private static char[] table() {
        char[] table = new char[LAST + 1];
        LETTERS.lines().forEach(line -> {
            for (int i = 1; i < line.length(); i++) {
                table[line.charAt(i)] = line.charAt(0);
            }
        });
        return table;
    }
}
