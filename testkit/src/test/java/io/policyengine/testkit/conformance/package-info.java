@NullMarked
package io.policyengine.testkit.conformance;

import org.jspecify.annotations.NullMarked;
