package io.policyengine.policies.content.shared.entities;

import java.util.Set;

/** Words for telephones and telephone calls in widespread languages. */
final class PhoneWords {
    /** Words that must occur as whole words. */
    static final Set<String> WORDS = Set.of(
            "tel", "ph", "cell", "call", "dial", "ring", "fax", "sms", "mob", "handy", "tél", "ligue", "bel", "cep",
            "gsm", "тел", "моб", "факс");

    /** Beginnings of words. */
    static final Set<String> STEMS = Set.of(
            "phone",
            "telephone",
            "cellphone",
            "mobile",
            "whatsapp",
            "telefon",
            "mobil",
            "anruf",
            "rufnummer",
            "durchwahl",
            "téléphon",
            "telephon",
            "portable",
            "appel",
            "teléfono",
            "móvil",
            "celular",
            "llam",
            "cellulare",
            "chiama",
            "telefone",
            "telemóvel",
            "telefoon",
            "mobiel",
            "zadzwoń",
            "komórk",
            "arayın",
            "телефон",
            "мобильн",
            "звони",
            "позвони",
            "电话",
            "電話",
            "手机",
            "手機",
            "致电",
            "携帯",
            "전화",
            "휴대폰",
            "연락처",
            "هاتف",
            "الهاتف",
            "جوال",
            "الجوال",
            "اتصل",
            "फ़ोन",
            "फोन",
            "मोबाइल",
            "दूरभाष");

    private PhoneWords() {}
}
