@NullMarked
package io.policyengine.testkit.bypass;

import org.jspecify.annotations.NullMarked;
