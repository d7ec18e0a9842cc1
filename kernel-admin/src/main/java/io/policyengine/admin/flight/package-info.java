/** The flight recorder, which keeps the records of exchanges in a bounded number of bytes and answers queries. */
@NullMarked
package io.policyengine.admin.flight;

import org.jspecify.annotations.NullMarked;
