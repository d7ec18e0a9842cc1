/** Records of exchanges: what request and response show, gathered until the exchange ends. */
@NullMarked
package io.policyengine.policies.records.shared.exchangerecord;

import org.jspecify.annotations.NullMarked;
