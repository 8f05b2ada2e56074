// SPDX-License-Identifier: Apache-2.0
// A thin blue rim round the globe. The engine's own atmosphere follows a sun, costs a scattering
// integral a pixel and greys the picture; this one is a function of how close a line of sight
// passes to the ground, drawn on a ring that is kept round the horizon.

import {
  BlendingState,
  BoundingSphere,
  Cartesian3,
  ComponentDatatype,
  CullFace,
  Geometry,
  GeometryAttribute,
  GeometryAttributes,
  GeometryInstance,
  Material,
  MaterialAppearance,
  Matrix3,
  Matrix4,
  Primitive,
  PrimitiveType,
  type Scene,
} from '@cesium/engine';
import { GROUND } from '../style.ts';
import { colour } from './convert.ts';

const EARTH_RADIUS_M = 6_371_000;
/** How far out the glow reaches, in radii of the Earth; the shader says the same. */
const REACH = 1.045;
/** The ring's inner edge, as a share of its outer one. */
const INNER = 0.86;
const SECTORS = 128;

const GLSL = `
uniform vec4 tone;
czm_material czm_getMaterial(czm_materialInput materialInput) {
  czm_material material = czm_getDefaultMaterial(materialInput);
  vec3 sight = normalize(-materialInput.positionToEyeEC);
  vec3 centre = (czm_view * vec4(0.0, 0.0, 0.0, 1.0)).xyz;
  float passed = length(cross(sight, centre)) / 6371000.0;
  float outside = pow(clamp((1.045 - passed) / 0.045, 0.0, 1.0), 3.0) * step(0.998, passed);
  float inside = pow(clamp((passed - 0.92) / 0.08, 0.0, 1.0), 4.0) * 0.45 * step(passed, 0.998);
  material.diffuse = vec3(0.0);
  material.emission = tone.rgb;
  material.alpha = tone.a * (outside + inside);
  return material;
}`;

/** Adds the rim and keeps it facing the camera. */
export function addLimb(scene: Scene): void {
  const ring = new Primitive({
    geometryInstances: new GeometryInstance({ geometry: ringGeometry() }),
    appearance: limbAppearance(),
    asynchronous: false,
    allowPicking: false,
  });
  scene.primitives.add(ring);
  scene.preRender.addEventListener(() => {
    Matrix4.clone(ringPose(scene.camera.positionWC), ring.modelMatrix);
  });
}

/** The unit ring laid round the horizon that is seen from `eye`. */
function ringPose(eye: Cartesian3): Matrix4 {
  const distance = Cartesian3.magnitude(eye);
  const toEye = Cartesian3.normalize(eye, new Cartesian3());
  const aside = Cartesian3.normalize(
    Cartesian3.cross(Cartesian3.UNIT_Z, toEye, new Cartesian3()),
    new Cartesian3(),
  );
  const above = Cartesian3.cross(toEye, aside, new Cartesian3());
  const inward = EARTH_RADIUS_M ** 2 / distance;
  // Close to the ground the glow spans half the sky; the ring then ends a little short of it.
  const sine = Math.min(0.995, (REACH * EARTH_RADIUS_M) / distance);
  const radius = ((distance - inward) * sine) / Math.sqrt(1 - sine * sine);
  const turn = new Matrix3(
    aside.x * radius,
    above.x * radius,
    toEye.x * radius,
    aside.y * radius,
    above.y * radius,
    toEye.y * radius,
    aside.z * radius,
    above.z * radius,
    toEye.z * radius,
  );
  const place = Cartesian3.multiplyByScalar(toEye, inward, new Cartesian3());
  return Matrix4.fromRotationTranslation(turn, place);
}

function ringGeometry(): Geometry {
  const positions: number[] = [];
  const normals: number[] = [];
  const indices: number[] = [];
  for (let sector = 0; sector <= SECTORS; sector += 1) {
    const angle = (sector / SECTORS) * 2 * Math.PI;
    // The facets' outer edges lie a little out, so that they hold the whole circle.
    for (const radius of [INNER, 1.001]) {
      positions.push(radius * Math.cos(angle), radius * Math.sin(angle), 0);
      normals.push(0, 0, 1);
    }
    const at = 2 * sector;
    if (sector < SECTORS) indices.push(at, at + 1, at + 3, at, at + 3, at + 2);
  }
  const attributes = new GeometryAttributes();
  attributes.position = new GeometryAttribute({
    componentDatatype: ComponentDatatype.DOUBLE,
    componentsPerAttribute: 3,
    values: new Float64Array(positions),
  });
  attributes.normal = new GeometryAttribute({
    componentDatatype: ComponentDatatype.FLOAT,
    componentsPerAttribute: 3,
    values: new Float32Array(normals),
  });
  return new Geometry({
    attributes,
    indices: new Uint16Array(indices),
    primitiveType: PrimitiveType.TRIANGLES,
    boundingSphere: new BoundingSphere(Cartesian3.ZERO, 1.01),
  });
}

function limbAppearance(): MaterialAppearance {
  return new MaterialAppearance({
    materialSupport: MaterialAppearance.MaterialSupport.BASIC,
    flat: true,
    // Blended, yet drawn with what is opaque: before every mark and area, never over them.
    translucent: false,
    material: new Material({
      translucent: false,
      fabric: { uniforms: { tone: colour(GROUND.limb, 0.6) }, source: GLSL },
    }),
    renderState: {
      cull: { enabled: false, face: CullFace.BACK },
      depthTest: { enabled: false },
      depthMask: false,
      blending: BlendingState.ALPHA_BLEND as unknown,
    },
  });
}
