@NullMarked
package io.policyengine.testkit.worker;

import org.jspecify.annotations.NullMarked;
