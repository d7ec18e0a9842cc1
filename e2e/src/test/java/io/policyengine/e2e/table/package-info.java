/** Tables of policies behind a real Envoy: what each lets pass and refuses, and what becomes of it while its dependency is down. */
@NullMarked
package io.policyengine.e2e.table;

import org.jspecify.annotations.NullMarked;
