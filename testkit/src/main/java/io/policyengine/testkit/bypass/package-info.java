/** Ways round policies, as data: what clients send, an upstream that reads it as generously as a server can, and a judge. */
@NullMarked
package io.policyengine.testkit.bypass;

import org.jspecify.annotations.NullMarked;
