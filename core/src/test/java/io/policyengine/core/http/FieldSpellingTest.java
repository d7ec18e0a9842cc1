package io.policyengine.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldSpellingTest {
    @ParameterizedTest
    @CsvSource({
        "x-tenant-id, X-Tenant_ID, true",
        "x.tenant-id, X-Tenant-ID, true",
        "x_tenant!id, x-tenant-id, true",
        "x-tenant-id, x.tenant.id, true",
        "xatenant-id, x-tenant-id, false",
        "x-tenant-ids, x-tenant-id, false",
        "x-tenant-i, x-tenant-id, false",
    })
    void anyOtherCharacterMayStandForADash(String field, String name, boolean isSpelling) {
        assertThat(FieldSpelling.isOf(field, FieldSpelling.normalized(name))).isEqualTo(isSpelling);
    }
}
