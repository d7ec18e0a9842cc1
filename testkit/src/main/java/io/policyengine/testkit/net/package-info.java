/** Addresses for servers of tests. */
@NullMarked
package io.policyengine.testkit.net;

import org.jspecify.annotations.NullMarked;
