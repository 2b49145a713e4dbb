"""The camera above the square: from metres on the ground to pixels."""

from dataclasses import dataclass

CAMERA_HEIGHT_M = 4.5
HORIZON = 0.16  # of the picture's height, from the top
FOCAL = 1.0  # in picture heights

# Depths in metres from the camera, from the near edge of the picture to the house.
PLAZA_NEAR_M, PLAZA_FAR_M = 5.9, 10.2
CYCLE_NEAR_M, CYCLE_FAR_M = 10.7, 12.5
ROAD_NEAR_M, ROAD_MIDDLE_M, ROAD_FAR_M = 13.0, 16.0, 20.0
HOUSE_M = 24.0


@dataclass(frozen=True, slots=True)
class View:
    """A picture of `width` × `height` pixels; x in metres right of the middle, z in metres away from the camera."""

    width: int
    height: int

    def scale(self, z_m: float) -> float:
        """Pixels per metre at a depth."""
        return FOCAL * self.height / z_m

    def ground(self, x_m: float, z_m: float) -> tuple[float, float]:
        """The pixel of a point on the ground."""
        scale = self.scale(z_m)
        return self.width / 2 + x_m * scale, HORIZON * self.height + CAMERA_HEIGHT_M * scale

    def half_width_m(self, z_m: float) -> float:
        """Metres from the middle to the left or right edge of the picture at a depth."""
        return self.width / 2 / self.scale(z_m)
