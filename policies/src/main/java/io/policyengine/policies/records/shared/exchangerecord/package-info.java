/** Records of exchanges. The facts of request and response are gathered until the exchange ends. */
@NullMarked
package io.policyengine.policies.records.shared.exchangerecord;

import org.jspecify.annotations.NullMarked;
