/** A worker as plans see it: its call settings and its available replicas. */
@NullMarked
package io.policyengine.kernel.worker;

import org.jspecify.annotations.NullMarked;
